"""The voice: pronunciations, corpus with alignments, network with its vocoder, training, evaluation, export."""
