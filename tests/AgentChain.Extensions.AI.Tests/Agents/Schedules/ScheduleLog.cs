using AgentChain.Simulation;

namespace AgentChain.Extensions.AI.Tests.Agents.Schedules;

/// <summary>What the tools and the model of a schedule really did.</summary>
sealed class ScheduleLog(VirtualWorld world)
{
    readonly Dictionary<string, double> _said = [];
    readonly HashSet<(TurnId Turn, string Tool, int N)> _effects = [];
    readonly Dictionary<(TurnId Turn, string Question, int N), string> _onceKeys = [];

    /// <summary>Violations that must never occur. An assertion inside a tool would count as that tool's failure.</summary>
    public List<string> Violations { get; } = [];

    /// <summary>The final question of each turn, from the moment at which it is published.</summary>
    public HashSet<string> Finals { get; } = [];

    public HashSet<(string Question, string Tool, int N)> Begun { get; } = [];

    /// <summary>The runs that returned a value or threw, other than by their cancellation.</summary>
    public HashSet<(string Question, string Tool, int N)> Ended { get; } = [];

    /// <summary>The same of early calls that did worse than the call itself does.</summary>
    public HashSet<(string Question, string Tool, int N)> EndedEarly { get; } = [];

    public HashSet<string> Keys { get; } = [];

    public int Runs { get; private set; }

    public void Said(string word) => _said.TryAdd(word, world.Elapsed.TotalMilliseconds);

    public bool WasSaidBy(string word, double ms) => _said.TryGetValue(word, out double at) && at <= ms;

    /// <summary>The calls that ran before the model made them.</summary>
    public int Early { get; private set; }

    /// <summary>The early calls that have not ended.</summary>
    public int EarlyRunning { get; set; }

    public void Began(ToolCall call, string question, int n, bool isEarly, bool setsEarly)
    {
        Runs++;
        if (isEarly)
        {
            Early++;
            EarlyRunning++;
        }
        else
        {
            Begun.Add((question, call.Tool, n));
        }

        if (call.Tool == "set")
        {
            Check(isEarly ? setsEarly : Finals.Contains(question), $"{call.Tool} of {question} ran before its commit.");
            Check(_onceKeys.TryAdd((call.Turn, question, n), call.IdempotencyKey) || _onceKeys[(call.Turn, question, n)] == call.IdempotencyKey, $"{call.Tool} of {question} has two keys.");
        }

        if (call.Tool is "pay" or "send")
        {
            Check(!isEarly && Finals.Contains(question), $"{call.Tool} of {question} ran before its commit.");
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
