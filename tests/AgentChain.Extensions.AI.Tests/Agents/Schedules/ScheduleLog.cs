using AgentChain.Simulation;

namespace AgentChain.Extensions.AI.Tests.Agents.Schedules;

/// <summary>What the tools and the model of a schedule really did.</summary>
sealed class ScheduleLog(VirtualWorld world)
{
    readonly Dictionary<string, double> _said = [];
    readonly HashSet<(TurnId Turn, string Tool, int N)> _effects = [];

    /// <summary>Violations that must never occur. An assertion inside a tool would count as that tool's failure.</summary>
    public List<string> Violations { get; } = [];

    /// <summary>The final question of each turn, from the moment at which it is published.</summary>
    public HashSet<string> Finals { get; } = [];

    public HashSet<(string Question, string Tool, int N)> Begun { get; } = [];

    /// <summary>The runs that returned a value or threw, other than by their cancellation.</summary>
    public HashSet<(string Question, string Tool, int N)> Ended { get; } = [];

    public HashSet<string> Keys { get; } = [];

    public int Runs { get; private set; }

    public void Said(string word) => _said.TryAdd(word, world.Elapsed.TotalMilliseconds);

    public bool WasSaidBy(string word, double ms) => _said.TryGetValue(word, out double at) && at <= ms;

    public void Began(ToolCall call, string question, int n)
    {
        Runs++;
        Begun.Add((question, call.Tool, n));
        if (call.Tool is "set" or "pay" or "send")
        {
            Check(Finals.Contains(question), $"{call.Tool} of {question} ran before its commit.");
        }

        if (call.Tool is "pay" or "send")
        {
            Check(_effects.Add((call.Turn, call.Tool, n)), $"{call.Tool} {n} of {question} ran twice in {call.Turn}.");
            Check(Keys.Add(call.IdempotencyKey), $"The key of {call.Tool} {n} of {question} was used before.");
        }
    }

    public void Check(bool holds, string what)
    {
        if (!holds)
        {
            Violations.Add(what);
        }
    }
}
