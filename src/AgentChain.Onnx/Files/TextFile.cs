using System.Globalization;
using System.Text;

namespace AgentChain.Onnx.Files;

/// <summary>Reads a text file of a model line by line: word lists, vocabularies, n-grams.</summary>
static class TextFile
{
    /// <summary>The maximum size in bytes. Tables in memory take several times as much.</summary>
    public const int Limit = 32 << 20;

    const int LongestLine = 4096;

    /// <summary>Reads the lines, in UTF-8.</summary>
    /// <param name="file">The file.</param>
    /// <param name="limit">The maximum size in bytes.</param>
    public static IEnumerable<TextLine> Lines(ModelFile file, int limit = Limit)
    {
        var encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
        using FileStream stream = file.Open(limit);
        using var reader = new StreamReader(stream, encoding, detectEncodingFromByteOrderMarks: false);
        for (int number = 1; Next(file, reader, number) is { } text; number++)
        {
            var line = new TextLine(file, number, number == 1 ? text.TrimStart('\uFEFF') : text);
            yield return text.Length <= LongestLine
                ? line
                : throw line.Wrong(string.Create(CultureInfo.InvariantCulture, $"has {text.Length:N0} characters; at most {LongestLine:N0} are read."));
        }
    }

    static string? Next(ModelFile file, StreamReader reader, int number)
    {
        try
        {
            return reader.ReadLine();
        }
        catch (DecoderFallbackException error)
        {
            throw new TextLine(file, number, "").Wrong("or a line shortly after it is not valid UTF-8.", error);
        }
        catch (IOException error)
        {
            throw file.Unreadable(error);
        }
    }
}
