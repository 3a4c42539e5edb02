"""The board room: meetings, motions and votes, minutes, actions, and steps in measures."""
