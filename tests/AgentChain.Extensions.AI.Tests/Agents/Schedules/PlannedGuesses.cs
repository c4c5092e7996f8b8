namespace AgentChain.Extensions.AI.Tests.Agents.Schedules;

/// <summary>
/// The calls that the sources of an agent propose early: right ones, wrong ones, ones that must never run early, and nonsense. A pure
/// function of the seed, the question and the source.
/// </summary>
sealed class PlannedGuesses(int seed, Plan plan)
{
    public IEnumerable<EarlyCall> Of(string question, string source)
    {
        Random random = plan.RandomOf($"{seed}/{question}/{source}");
        PlannedCall[] right = [.. Enumerable.Range(0, plan.MaxRounds).SelectMany(round => plan.Steps(question, round))
            .OfType<PlannedCall>().Where(call => call.Flaw == Flaw.None)];
        for (int i = random.Next(4); i > 0; i--)
        {
            yield return Guess(question, right, random)!;
        }

        if (random.Next(15) == 0)
        {
            throw new InvalidOperationException("planned");
        }
    }

    /// <summary>The number with which the look of a question is expected by the learned table; null if it is not.</summary>
    public int? Expected(string question) => plan.RandomOf($"{seed}/{question}/table").Next(4) is > 0 and var n ? n - 1 : null;

    public static Dictionary<string, object?> Arguments(string question, object n) => new() { ["q"] = question, ["n"] = n };

    static EarlyCall? Guess(string question, PlannedCall[] right, Random random)
    {
        double probability = random.NextDouble();
        TimeSpan? need = random.Next(3) == 0 ? random.Next(400).Milliseconds() : null;
        return random.Next(12) switch
        {
            0 => null,
            1 => new("nothing", Arguments(question, 1), probability),
            2 => new("look", Arguments(question, "one"), probability),
            3 => new("look", null, double.NaN),
            4 => new(random.Next(2) == 0 ? "pay" : "send", Arguments(question, random.Next(3)), probability),
            5 or 6 => new(Plan.Tools[random.Next(3)], Arguments(question, 3 + random.Next(3)), probability) { TimeToNeed = need },
            _ when right.Length > 0 && right[random.Next(right.Length)] is var call =>
                new(call.Tool, Arguments(question, call.N), probability) { TimeToNeed = need },
            _ => new("list", Arguments(question, random.Next(3)), probability) { TimeToNeed = need },
        };
    }
}
