"""Banner tables: questions by groups side by side, with bases and letters, in every form."""
