namespace VoiceAgent.Tests;

/// <summary>A run of the program inside the test's process.</summary>
sealed record ProgramRun(int ExitCode, string Output, string Error)
{
    public static async Task<ProgramRun> Of(CancellationToken cancellationToken, params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = await Program.RunAsync(arguments, TextWriter.Synchronized(output), error, cancellationToken);
        return new ProgramRun(code, output.ToString(), error.ToString());
    }

    public static Task<ProgramRun> Of(params string[] arguments) => Of(CancellationToken.None, arguments);

    /// <summary>The turns as they were shown, in order.</summary>
    public IReadOnlyList<ShownTurn> Turns => ShownTurn.Parse(Output);
}

/// <summary>What was shown of one turn.</summary>
sealed record ShownTurn(string Name, IReadOnlyList<(string Label, string Text)> Lines, string All)
{
    public string this[string label] => string.Join(' ', Lines.Where(l => l.Label == label).Select(l => l.Text));

    public static IReadOnlyList<ShownTurn> Parse(string output)
    {
        List<ShownTurn> turns = [];
        foreach (string block in output.ReplaceLineEndings("\n").Split("\n> ").Skip(1))
        {
            string[] lines = block.Split('\n');
            turns.Add(new ShownTurn(
                lines[0].Split(' ')[0],
                [.. lines.Where(l => l.StartsWith("  ", StringComparison.Ordinal) && l.Length > 14).Select(l => (l[2..14].Trim(), l[14..]))],
                block));
        }

        return turns;
    }
}
