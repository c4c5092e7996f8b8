"""What the recognizer's and the voice's recipes share: espeak-ng as a speaker, the front end, the voices."""
