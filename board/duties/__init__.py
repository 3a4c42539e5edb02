"""The actions the board gives: who does what until when, and what came of it."""
