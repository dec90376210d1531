"""What a score is worth: skill, calibration, benefit, rivals, and whether it lasts."""
