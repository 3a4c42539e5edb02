"""The board pack: a month's figures on paper, as a spreadsheet and as files, all from one set."""
