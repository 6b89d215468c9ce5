"""How everything looks: tokens, one style sheet made from them, typefaces and icons."""
