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

/// <summary>What a random model and its tools do: a pure function of the seed, the question and the round.</summary>
sealed class Plan(int seed)
{
    public const int BudgetMs = 300;
    public const int GraceMs = 100;

    public static readonly string[] Tools = ["look", "list", "set", "pay", "send", "strict"];

    public int MaxRounds { get; } = 1 + (Hash($"{seed}/rounds") % 3);

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
        var random = new Random(Hash($"{seed}/{tool}/{question}/{n}"));
        int[] times = [0, 10, 40, 90, 150, 350, 700];
        return new(times[random.Next(times.Length)], random.Next(5) == 0, random.Next(12) == 0, random.Next(20) == 0);
    }

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
