"""What stands around every page: navigation, banner, status line, idle lock."""
