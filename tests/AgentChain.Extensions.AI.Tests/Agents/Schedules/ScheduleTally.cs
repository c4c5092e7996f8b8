namespace AgentChain.Extensions.AI.Tests.Agents.Schedules;

/// <summary>What the schedules came to.</summary>
sealed class ScheduleTally
{
    readonly Dictionary<TurnOutcome, int> _outcomes = [];

    public int Turns => _outcomes.Values.Sum();

    public int Runs { get; set; }

    public int Effects { get; set; }

    /// <summary>The calls that ran before the model made them.</summary>
    public int Early { get; set; }

    /// <summary>The decisions about early calls that came true, of calls that had been started.</summary>
    public int Taken { get; private set; }

    public int Started { get; private set; }

    public int Committed { get; private set; }

    public int Of(TurnOutcome outcome) => _outcomes.GetValueOrDefault(outcome);

    public void Add(TurnResult result)
    {
        _outcomes[result.Outcome] = Of(result.Outcome) + 1;
        Started += result.Report.Speculation.Started;
        Committed += result.Report.Speculation.Committed;
        Taken += result.Report.Speculation.Decisions.Count(one => one is { Started: true, CameTrue: true } && one.Request.Block.Contains('/'));
    }

    public void Add(ScheduleTally other)
    {
        foreach ((TurnOutcome outcome, int count) in other._outcomes)
        {
            _outcomes[outcome] = Of(outcome) + count;
        }

        (Runs, Effects) = (Runs + other.Runs, Effects + other.Effects);
        (Early, Taken) = (Early + other.Early, Taken + other.Taken);
        (Started, Committed) = (Started + other.Started, Committed + other.Committed);
    }

    public override string ToString() =>
        $"{Turns} turns ({string.Join(", ", _outcomes.OrderBy(one => one.Key).Select(one => $"{one.Value} {one.Key}"))}), {Runs} tool runs, {Effects} effects, {Early} early calls, {Taken} of them taken, {Started} early calls and runs on hypotheses, {Committed} of them committed";
}
