namespace AgentChain.Fuzz;

/// <summary>The result of one case.</summary>
/// <param name="Case">The seed, or the path in the corpus.</param>
/// <param name="File">The target and the file.</param>
/// <param name="Outcome">used, refused, raw (an exception of another type), crash, hang or memory.</param>
/// <param name="Detail">The message.</param>
/// <param name="Milliseconds">The time of the run.</param>
/// <param name="Mebibytes">The largest memory of the process during the run.</param>
sealed record FuzzResult(string Case, string File, string Outcome, string Detail, int Milliseconds, int Mebibytes)
{
    public bool IsFailure => Outcome is not ("used" or "refused");
}
