"""What an installer needs beside the program: whose licences go along, and Debian's form of a package."""
