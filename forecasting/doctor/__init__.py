"""What is wrong with a history that was read, what can be repaired, and what the need was."""
