"""What residents tell of themselves by choice, so that news can be chosen for them: asked, kept, changed and deleted by them."""
