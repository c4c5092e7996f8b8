using AgentChain.Budgets;

namespace AgentChain.Engine.Turns;

/// <summary>
/// The end of a grace period: detaches one run, or all runs of a turn, that did not respect the cancellation token in time.
/// </summary>
sealed class GraceEnd : DeadlineEntry
{
    readonly TurnCore? _turn;
    readonly TraceStep? _run;

    public GraceEnd(TurnCore turn) => _turn = turn;

    public GraceEnd(TraceStep run) => _run = run;

    internal override void OnDue(long now)
    {
        _run?.Detach();
        while (_turn?.Unfinished() is { } run)
        {
            run.Detach();
        }
    }
}
