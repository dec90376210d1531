"""What comes into a forecast audit: columns checked, groups made, who is flagged, who there is."""
