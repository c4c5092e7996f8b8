namespace AgentChain.Simulation;

/// <summary>Reads the lines of a trace one at a time, so that memory does not grow with the file.</summary>
static class TraceLines
{
    /// <summary>The longest line, in characters: a prompt of 100 million tokens fits in.</summary>
    public const int Longest = 16 * 1024 * 1024;

    /// <summary>Returns the lines that are not blank, with their numbers, counted from 1.</summary>
    public static IEnumerable<(long Row, string Text)> Of(TextReader reader, ArrivalCheck check)
    {
        char[] buffer = new char[16 * 1024];
        var line = new System.Text.StringBuilder();
        long row = 1;
        for (int count; (count = reader.Read(buffer, 0, buffer.Length)) > 0;)
        {
            int start = 0;
            for (int end; (end = Array.IndexOf(buffer, '\n', start, count - start)) >= 0; start = end + 1)
            {
                Append(start, end);
                if (Take() is { } whole)
                {
                    yield return (row, whole);
                }

                row++;
            }

            Append(start, count);
        }

        if (Take() is { } last)
        {
            yield return (row, last);
        }

        void Append(int from, int to)
        {
            if (line.Length + to - from > Longest)
            {
                throw check.Error(row, null, OptionCheck.Text($"the line has more than {Longest} characters."));
            }

            line.Append(buffer, from, to - from);
        }

        string? Take()
        {
            string text = line.ToString();
            line.Clear();
            if (line.Capacity > buffer.Length)
            {
                line.Capacity = buffer.Length;
            }

            return string.IsNullOrWhiteSpace(text) ? null : text;
        }
    }
}
