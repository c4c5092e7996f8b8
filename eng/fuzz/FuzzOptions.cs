using System.Globalization;

namespace AgentChain.Fuzz;

/// <summary>The options from the command line.</summary>
sealed record FuzzOptions
{
    public const string Usage = """
        Usage: dotnet run -c Release --project eng/fuzz -- [options]
        Loads and uses damaged copies of model files in a child process, and reports those that end in anything but a typed error or a result.
          --count N     the number of damaged files; 10,000 by default
          --seed N      the seed of the first one; the next ones follow; 1 by default
          --only TEXT   only targets whose name contains the text
          --corpus      only the files that are kept in eng/fuzz/corpus
          --keep        write each damaged file that fails to eng/fuzz/corpus, unless one with the same failure is there
          --texts N     instead, encode N hostile texts with each tokenizer of the targets
        """;

    public int Count { get; init; } = 10_000;

    public int Seed { get; init; } = 1;

    public int Texts { get; init; }

    public string Only { get; init; } = "";

    public bool CorpusOnly { get; init; }

    public bool Keep { get; init; }

    /// <exception cref="ArgumentException">An argument is unknown or lacks its value.</exception>
    public static FuzzOptions Parse(string[] arguments)
    {
        var options = new FuzzOptions();
        for (int i = 0; i < arguments.Length; i++)
        {
            options = arguments[i] switch
            {
                "--count" => options with { Count = Number(arguments, ref i) },
                "--seed" => options with { Seed = Number(arguments, ref i) },
                "--texts" => options with { Texts = Number(arguments, ref i) },
                "--only" => options with { Only = Value(arguments, ref i) },
                "--corpus" => options with { CorpusOnly = true },
                "--keep" => options with { Keep = true },
                _ => throw new ArgumentException($"'{arguments[i]}' is not an option.\n{Usage}"),
            };
        }

        return options;
    }

    static int Number(string[] arguments, ref int i) => int.Parse(Value(arguments, ref i), CultureInfo.InvariantCulture);

    static string Value(string[] arguments, ref int i) =>
        i + 1 < arguments.Length ? arguments[++i] : throw new ArgumentException($"'{arguments[i]}' needs a value.\n{Usage}");
}
