namespace AgentChain.Breaks;

/// <summary>Reads the lists of breaks: one file for each source folder, in the format that README.md describes.</summary>
static class BreakList
{
    const string Begin = "== ";
    const string Was = "--- was";
    const string Broken = "--- broken";

    /// <summary>Reads every list of a folder.</summary>
    /// <exception cref="InvalidDataException">A list does not follow the format, or an id occurs twice.</exception>
    public static IReadOnlyList<DeliberateBreak> ReadAll(string folder)
    {
        List<DeliberateBreak> all = [];
        foreach (string file in Directory.EnumerateFiles(folder, "*.breaks").Order(StringComparer.Ordinal))
        {
            all.AddRange(Read(Path.GetFileNameWithoutExtension(file), File.ReadAllLines(file)));
        }

        if (all.GroupBy(b => b.Id).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new InvalidDataException($"The id '{twice.Key}' occurs twice; ids are unique in all lists.");
        }

        return [.. all.Select((b, i) => b with { Number = i + 1 })];
    }

    static IEnumerable<DeliberateBreak> Read(string list, string[] lines)
    {
        int at = 0;
        while (at < lines.Length)
        {
            string line = lines[at++];
            if (line.StartsWith(Begin, StringComparison.Ordinal))
            {
                yield return ReadOne(list, line[Begin.Length..].Trim(), lines, ref at);
            }
            else if (line.Length > 0 && line[0] != '#')
            {
                throw new InvalidDataException($"{list}.breaks, line {at}: '{line}' does not belong to a break; begin one with '{Begin}id'.");
            }
        }
    }

    static DeliberateBreak ReadOne(string list, string id, string[] lines, ref int at)
    {
        Dictionary<string, string> fields = new(StringComparer.Ordinal);
        while (at < lines.Length && lines[at] != Was)
        {
            string line = lines[at++];
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
            {
                fields[line[..colon].Trim()] = line[(colon + 1)..].Trim();
            }
        }

        at++;
        string was = ReadText(lines, ref at, Broken);
        at++;
        string broken = ReadText(lines, ref at, Begin);
        if (was.Length == 0 || !fields.TryGetValue("file", out string? file) || !fields.TryGetValue("why", out string? why))
        {
            throw new InvalidDataException($"{list}.breaks: '{id}' needs the fields 'file' and 'why' and the parts '{Was}' and '{Broken}'.");
        }

        return new DeliberateBreak(id, list, file, why, was, broken)
        {
            Kind = fields.TryGetValue("kind", out string? kind) ? Enum.Parse<BreakKind>(kind, ignoreCase: true) : BreakKind.Expression,
            After = fields.GetValueOrDefault("after"),
            Test = fields.GetValueOrDefault("test"),
            Equivalent = fields.GetValueOrDefault("equivalent"),
        };
    }

    /// <summary>Reads up to a line that begins with a mark, without the empty lines around the text.</summary>
    static string ReadText(string[] lines, ref int at, string mark)
    {
        int from = at;
        while (at < lines.Length && !lines[at].StartsWith(mark, StringComparison.Ordinal) && !lines[at].StartsWith('#'))
        {
            at++;
        }

        return string.Join('\n', lines[from..at]).Trim('\n', ' ');
    }
}
