using System.Globalization;

namespace AgentChain.Simulation.Tests.External;

/// <summary>A configuration of Splitwise's table with the medians of its measurements, in milliseconds.</summary>
/// <param name="Machine">The model, the hardware and the degree of tensor parallelism.</param>
/// <param name="Prompt">The tokens of each prompt.</param>
/// <param name="Batch">The number of prompts.</param>
/// <param name="Tokens">The tokens of each answer.</param>
/// <param name="Read">The time to read the prompts.</param>
/// <param name="Each">The time of a decoding step.</param>
/// <param name="All">The time from the start to the last token.</param>
sealed record SplitwiseRow(string Machine, int Prompt, int Batch, int Tokens, double Read, double Each, double All)
{
    /// <summary>
    /// Whether the parts of the row add up to its whole within 5 percent. Where they do not, the answers ended before their length, or the
    /// batch did not fit into the memory and was cut.
    /// </summary>
    public bool AddsUp => Math.Abs(((Read + ((Tokens - 1) * Each)) / All) - 1) <= 0.05;

    public static SplitwiseRow[] ReadAll(string path)
    {
        string[] lines = File.ReadAllLines(path);
        string[] names = lines[0].Split(',');
        int Column(string name) => Array.IndexOf(names, name) is >= 0 and var at ? at : throw new InvalidDataException($"'{path}' has no column {name}.");
        int model = Column("model"), hardware = Column("hardware"), parallel = Column("tensor_parallel"), prompt = Column("prompt_size"), batch = Column("batch_size");
        int tokens = Column("token_size"), read = Column("prompt_time"), each = Column("token_time"), all = Column("e2e_time");
        return
        [
            .. lines.Skip(1).Where(line => line.Length > 0).Select(line => line.Split(','))
                .GroupBy(row => (Machine: $"{row[model]} {row[hardware]} TP{row[parallel]}", Prompt: Whole(row[prompt]), Batch: Whole(row[batch]), Tokens: Whole(row[tokens])))
                .Select(rows => new SplitwiseRow(rows.Key.Machine, rows.Key.Prompt, rows.Key.Batch, rows.Key.Tokens, Median(rows, read), Median(rows, each), Median(rows, all))),
        ];
    }

    static int Whole(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    static double Median(IEnumerable<string[]> rows, int column)
    {
        double[] values = [.. rows.Select(row => double.Parse(row[column], CultureInfo.InvariantCulture)).Order()];
        return (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
    }
}
