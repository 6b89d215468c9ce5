"""The windows of the counter, a Qt front end over `counter_app`."""
