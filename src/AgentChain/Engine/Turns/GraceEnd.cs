using AgentChain.Budgets;

namespace AgentChain.Engine.Turns;

/// <summary>The end of a grace: detaches the runs that did not obey their token within it, of a turn or one that began as its turn ended.</summary>
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
