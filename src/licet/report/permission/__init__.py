"""What families and the office see of permissions: letters, receipts, histories, counts."""
