namespace AgentChain.Tests.Blocks.Cases;

/// <summary>Reads the files of cases, which are embedded in the test assembly.</summary>
static class TextCases
{
    public static IReadOnlyList<TextCase> Read(string file)
    {
        using Stream stream = typeof(TextCases).Assembly.GetManifestResourceStream(file)
            ?? throw new FileNotFoundException($"{file} is not embedded in the test assembly.");
        using var reader = new StreamReader(stream);
        List<TextCase> cases = [];
        for (string? line = reader.ReadLine(); line is not null; line = reader.ReadLine())
        {
            if (line.Split('\t') is [var input, var expected, .. var rest] && input != "input")
            {
                cases.Add(new(Written(input), Written(expected), rest.Length > 0 ? rest[0] : ""));
            }
        }

        return cases;
    }

    /// <summary>Runs every case, prints the count, and fails for each unargued row that is not met and each argued one that is.</summary>
    public static void Check(string file, Func<string, string> component, ITestOutputHelper output)
    {
        IReadOnlyList<TextCase> cases = Read(file);
        (TextCase Case, string Result)[] results = [.. cases.Select(c => (c, component(c.Input)))];
        output.WriteLine($"{file}: {results.Count(r => r.Case.IsMetBy(r.Result))} of {cases.Count} rows");
        string[] wrong = [.. results.Where(r => r.Case.IsMetBy(r.Result) != (r.Case.Argument.Length == 0)).Select(r =>
            $"'{r.Case.Input}' gave '{r.Result}', not '{r.Case.Expected}'")];
        Assert.True(wrong.Length == 0, string.Join(Environment.NewLine, wrong));
        Assert.True(results.Count(r => r.Case.Argument.Length == 0) >= 0.95 * cases.Count, $"Less than 95 % of {file} is met.");
    }

    static string Written(string text) =>
        text.Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\u00a0", "\u00a0", StringComparison.Ordinal)
            .Replace("\\u202f", "\u202f", StringComparison.Ordinal).Replace("\\u2009", "\u2009", StringComparison.Ordinal);
}
