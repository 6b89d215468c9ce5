"""The rules of the counter, pure: no input or output, no clock."""
