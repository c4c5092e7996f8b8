namespace AgentChain.Engine.Turns;

/// <summary>
/// The single end of a turn.
/// <code>
///   Running ──(1) TryClaim──> Ending ──(2) Publish──> Over
/// </code>
/// Exactly one caller wins (1). Until (2), all others see a running turn, so an interrupted turn never looks completed because its outcome
/// has not been written yet.
/// </summary>
struct TurnEnd
{
    const int Running = 0;
    const int Ending = 1;
    const int Over = 2;

    int _state;

    /// <summary>Whether the turn has ended. A thread that reads true also sees the outcome, the error and the time.</summary>
    public bool IsOver => Volatile.Read(ref _state) == Over;

    public TurnOutcome Outcome { get; private set; }

    public TurnException? Error { get; private set; }

    public long At { get; private set; }

    /// <summary>(1) Claims the end; false if another end came first.</summary>
    public bool TryClaim() => Interlocked.CompareExchange(ref _state, Ending, Running) == Running;

    /// <summary>
    /// (2) Publishes the end. A full fence: the end is visible before the caller reads the runs and the token of the turn. A run that
    /// begins does the two in the opposite order, so at least one of them sees the other.
    /// </summary>
    public void Publish(TurnOutcome outcome, TurnException? error, long at)
    {
        (Outcome, Error, At) = (outcome, error, at);
        Interlocked.Exchange(ref _state, Over);
    }
}
