"""What is asked or printed beside the pages."""
