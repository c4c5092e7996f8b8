using AgentChain.Speculation;
using AgentChain.Tests.Simulation.Lossless.Hostile;

namespace AgentChain.Tests.Simulation.Lossless;

/// <summary>The outcomes of the turns of some chains.</summary>
sealed class Tally
{
    public int Turns { get; private set; }

    public int Started { get; private set; }

    public int Committed { get; private set; }

    public int Terminated { get; private set; }

    public Dictionary<TurnOutcome, int> Outcomes { get; } = [];

    public List<string> Reports { get; } = [];

    public HostilityCount Hostility { get; } = new();

    /// <summary>Counts a turn.</summary>
    public void Add(TurnResult result)
    {
        Turns++;
        SpeculationAccount account = result.Report.Speculation;
        (Started, Committed, Terminated) = (Started + account.Started, Committed + account.Committed, Terminated + account.Terminated);
        Outcomes[result.Outcome] = Outcomes.GetValueOrDefault(result.Outcome) + 1;
        Reports.Add($"{result.Turn} {result.Outcome} {result.Report.Elapsed} {string.Join(' ', result.Report.Parts)} {account.Started} {account.Saved} {account.Wasted}");
    }

    public void Add(Tally other)
    {
        (Turns, Started, Committed, Terminated) = (Turns + other.Turns, Started + other.Started, Committed + other.Committed, Terminated + other.Terminated);
        foreach ((TurnOutcome outcome, int count) in other.Outcomes)
        {
            Outcomes[outcome] = Outcomes.GetValueOrDefault(outcome) + count;
        }

        Hostility.Add(other.Hostility);
    }

    public override string ToString() =>
        $"{Turns} turns: {string.Join(", ", Outcomes.Select(o => $"{o.Key} {o.Value}"))}; {Started} speculations, {Committed} committed, {Terminated} terminated; hostile chains and times met: {Hostility}";
}
