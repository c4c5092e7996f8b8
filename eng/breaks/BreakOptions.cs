using System.Globalization;

namespace AgentChain.Breaks;

/// <summary>The options from the command line.</summary>
sealed record BreakOptions
{
    public const string Usage = """
        Usage: dotnet run --project eng/breaks -- [options]
          --only TEXT      only breaks whose id or folder contains one of the texts, separated by commas
          --left           only breaks that have no result yet, or were not killed
          --named          run only the test class that a list names; a break that it does not detect has no result
          --quick          skip the slow tests, of threads and of random chains
          --jobs N         the number of test processes that run at once; half of the processors by default
          --list           print the breaks and whether they can be applied; run nothing
          --page           only write the page from the results so far
          --fresh          discard all earlier results
          --patience N     seconds without a completed test after which the tests count as hung; 120 by default
        """;

    public string[] Only { get; private init; } = [];

    public bool Left { get; private init; }

    public bool Quick { get; private init; }

    public bool Named { get; private init; }

    public bool Page { get; private init; }

    public bool List { get; private init; }

    public bool Fresh { get; private init; }

    public TimeSpan Patience { get; private init; } = TimeSpan.FromSeconds(120);

    public int Jobs { get; private init; } = Math.Max(1, Environment.ProcessorCount / 2);

    /// <exception cref="ArgumentException">An argument is unknown or lacks its value.</exception>
    public static BreakOptions Parse(string[] arguments)
    {
        var options = new BreakOptions();
        for (int i = 0; i < arguments.Length; i++)
        {
            options = arguments[i] switch
            {
                "--only" => options with { Only = Value(arguments, ref i).Split(',', StringSplitOptions.RemoveEmptyEntries) },
                "--jobs" => options with { Jobs = Math.Max(1, int.Parse(Value(arguments, ref i), CultureInfo.InvariantCulture)) },
                "--patience" =>
                    options with { Patience = TimeSpan.FromSeconds(int.Parse(Value(arguments, ref i), CultureInfo.InvariantCulture)) },
                "--left" => options with { Left = true },
                "--named" => options with { Named = true },
                "--quick" => options with { Quick = true },
                "--page" => options with { Page = true },
                "--list" => options with { List = true },
                "--fresh" => options with { Fresh = true },
                _ => throw new ArgumentException($"'{arguments[i]}' is not an option.\n{Usage}"),
            };
        }

        return options;
    }

    public bool Includes(DeliberateBreak deliberate, ResultFile results) =>
        (Only.Length == 0 || Only.Any(o => deliberate.Id.Contains(o, StringComparison.OrdinalIgnoreCase) || deliberate.Folder.Contains(o, StringComparison.OrdinalIgnoreCase)))
        && (!Left || results.Find(deliberate.Id) is not { Outcome: BreakOutcome.Killed });

    static string Value(string[] arguments, ref int i) =>
        i + 1 < arguments.Length ? arguments[++i] : throw new ArgumentException($"'{arguments[i]}' needs a value.\n{Usage}");
}
