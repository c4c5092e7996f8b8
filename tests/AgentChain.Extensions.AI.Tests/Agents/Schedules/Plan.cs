namespace AgentChain.Extensions.AI.Tests.Agents.Schedules;

/// <summary>Where a planned call is wrong.</summary>
enum Flaw
{
    None,
    UnknownTool,
    WrongArguments,
    Unparsed,
    RepeatedId,
}

/// <summary>A call that the model will make.</summary>
sealed record PlannedCall(string Id, string Tool, int N, Flaw Flaw);

/// <summary>The model will break here.</summary>
sealed record PlannedFault;

/// <summary>What a tool does with one call.</summary>
sealed record ToolFate(int Ms, bool IsDeaf, bool Throws, bool ReturnsNull);

/// <summary>What follows when the model still calls tools after its last round.</summary>
enum OverrunRule
{
    Fail,
    Partial,
    Fallback,
}

/// <summary>What a random model and its tools do: a pure function of the seed, the question and the round.</summary>
sealed class Plan(int seed)
{
    public const int BudgetMs = 300;
    public const int GraceMs = 100;

    public static readonly string[] Tools = ["look", "list", "set", "pay", "send", "strict"];

    /// <summary>What the fallback says.</summary>
    public const string Sorry = "sorry";

    public OverrunRule Rule { get; } = (OverrunRule)(Hash($"{seed}/rule") % 3);

    public int MaxRounds { get; } = 1 + (Hash($"{seed}/rounds") % 3);

    /// <summary>Whether the idempotent tool may run early.</summary>
    public bool SetsEarly { get; } = Hash($"{seed}/sets") % 2 == 0;

    public bool ModelIsDeaf(string question) => Hash($"{seed}/{question}/deaf") % 10 == 0;

    /// <summary>The steps of one answer of the model: waits (int), words (string), calls and faults.</summary>
    public List<object> Steps(string question, int round)
    {
        var random = new Random(Hash($"{seed}/{question}/{round}"));
        List<object> steps = [];
        int calls = 0;
        int count = random.Next(1, 7);
        for (int i = 0; i < count; i++)
        {
            int kind = random.Next(100);
            if (kind < 40)
            {
                steps.Add($"{question}.{round}.{i} ");
            }
            else if (kind < 60)
            {
                steps.Add(random.Next(200));
            }
            else if (kind == 60)
            {
                steps.Add(new PlannedFault());
            }
            else if (round <= MaxRounds - 1 || random.Next(6) == 0)
            {
                Flaw flaw = random.Next(20) switch
                {
                    0 => Flaw.UnknownTool,
                    1 => Flaw.WrongArguments,
                    2 => Flaw.Unparsed,
                    3 when calls > 0 => Flaw.RepeatedId,
                    _ => Flaw.None,
                };
                string id = flaw == Flaw.RepeatedId ? $"c{round}-{calls - 1}" : $"c{round}-{calls++}";
                var call = new PlannedCall(id, Tools[random.Next(Tools.Length)], random.Next(3), flaw);
                PlannedCall? same = flaw == Flaw.RepeatedId && random.Next(2) == 0 ? steps.OfType<PlannedCall>().Last() : null;
                steps.Add(same?.Flaw is Flaw.None or Flaw.RepeatedId ? call with { Tool = same.Tool, N = same.N } : call);
            }
        }

        return steps;
    }

    public ToolFate FateOf(string tool, string question, int n)
    {
        Random random = RandomOf($"{tool}/{question}/{n}");
        int[] times = [0, 10, 40, 90, 150, 350, 700];
        return new(times[random.Next(times.Length)], random.Next(5) == 0, random.Next(12) == 0, random.Next(20) == 0);
    }

    /// <summary>What a tool does with a call that the model has not made: the same, or worse, so that the answers stay those of the oracle.</summary>
    public ToolFate EarlyFateOf(string tool, string question, int n)
    {
        ToolFate fate = FateOf(tool, question, n);
        return RandomOf($"{tool}/{question}/{n}/early").Next(12) switch
        {
            0 => fate with { Throws = true },
            1 => fate with { Ms = 20_000, IsDeaf = false },
            2 => fate with { Ms = 700, IsDeaf = true },
            _ => fate,
        };
    }

    /// <summary>A random source of its own for one purpose.</summary>
    public Random RandomOf(string purpose) => new(Hash($"{seed}/{purpose}"));

    static int Hash(string text)
    {
        uint hash = 2166136261;
        foreach (char one in text)
        {
            hash = (hash ^ one) * 16777619;
        }

        hash ^= hash >> 15;
        hash *= 2246822519;
        return (int)((hash ^ (hash >> 13)) & int.MaxValue);
    }
}
