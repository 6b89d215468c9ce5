"""Second, encrypted copies of the journal on other media: named, kept up in the background, looked at."""
