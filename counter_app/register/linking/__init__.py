"""Who of one list is who of another: keys, evidence, guards, and the run over two files."""
