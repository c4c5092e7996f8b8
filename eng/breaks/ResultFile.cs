using System.Globalization;

namespace AgentChain.Breaks;

/// <summary>The results so far, stored next to the copy, so that a list can be run in parts.</summary>
sealed class ResultFile(string path)
{
    readonly Dictionary<string, BreakResult> _results = File.Exists(path)
        ? File.ReadAllLines(path).Select(Parse).ToDictionary(r => r.Id, StringComparer.Ordinal)
        : new(StringComparer.Ordinal);

    readonly Lock _lock = new();

    public BreakResult? Find(string id) => _results.GetValueOrDefault(id);

    /// <summary>Stores a result and replaces an earlier one.</summary>
    public void Add(BreakResult result)
    {
        lock (_lock)
        {
            _results[result.Id] = result;
            File.WriteAllLines(path, _results.Values.Select(Format));
        }
    }

    static string Format(BreakResult result) =>
        string.Create(CultureInfo.InvariantCulture, $"{result.Id}\t{result.Outcome}\t{result.Seconds:0.0}\t{result.By.ReplaceLineEndings(" ")}");

    static BreakResult Parse(string line)
    {
        string[] parts = line.Split('\t', 4);
        return new(parts[0], Enum.Parse<BreakOutcome>(parts[1]), parts[3], double.Parse(parts[2], CultureInfo.InvariantCulture));
    }
}
