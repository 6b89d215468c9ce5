"""The work-list of centres that have screens only: what a person types over, and what they say became of it."""
