"""What comes after the grades: feedback for a student."""
