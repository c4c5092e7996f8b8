using System.Text;
using AgentChain.Onnx.Runtime;

namespace AgentChain.Onnx.Files;

/// <summary>
/// Represents a file of a model from a source that is not trusted. It is read within a size limit, and every error about it names it.
/// Immutable.
/// </summary>
class ModelFile(string path)
{
    const int LongestQuote = 60;

    /// <summary>The path, for messages.</summary>
    public string Path { get; } = path;

    /// <summary>Whether there is something at the path; a directory is an error.</summary>
    public bool Exists()
    {
        if (Directory.Exists(Path))
        {
            throw Error(null, $"is a directory, but a file is required. It {FolderContent.Describe(Path)}.");
        }

        return File.Exists(Path);
    }

    /// <summary>Creates an error about this file.</summary>
    /// <param name="field">The path of the invalid field, or <see langword="null"/> for the whole file.</param>
    /// <param name="problem">The rest of a sentence that begins with the file, or with the file and the field.</param>
    /// <param name="inner">The cause, if any.</param>
    public virtual OnnxModelException Error(string? field, string problem, Exception? inner = null) =>
        new(Describe(field, problem), inner) { File = Path, Field = field };

    /// <summary>Reads the whole file.</summary>
    /// <param name="limit">The maximum size in bytes.</param>
    public byte[] ReadBytes(int limit)
    {
        using FileStream stream = Open(limit);
        try
        {
            byte[] bytes = new byte[stream.Length];
            int read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return read == bytes.Length ? bytes : bytes[..read];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(error);
        }
    }

    /// <summary>Opens the file for reading.</summary>
    /// <param name="limit">The maximum size in bytes.</param>
    public FileStream Open(long limit)
    {
        if (!Exists())
        {
            throw Error(null, $"does not exist. {FolderContent.Around(Path)}");
        }

        try
        {
            var stream = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (stream.Length <= limit)
            {
                return stream;
            }

            long length = stream.Length;
            stream.Dispose();
            throw Error(null, FormattableString.Invariant($"has {length:N0} bytes; at most {limit:N0} are read."));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw Unreadable(error);
        }
    }

    /// <summary>Returns the error for a file that the system does not let be read.</summary>
    public OnnxModelException Unreadable(Exception error) => Error(null, $"cannot be read: {error.Message}", error);

    /// <summary>Returns a text from a file in quotation marks, cut and without control characters, for messages.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder("'");
        foreach (char c in text.AsSpan(0, Math.Min(text.Length, LongestQuote)))
        {
            quoted.Append(char.IsControl(c) || char.IsSurrogate(c) ? '?' : c);
        }

        return quoted.Append(text.Length > LongestQuote ? "...'" : "'").ToString();
    }

    protected string Describe(string? field, string problem) => field is null ? $"'{Path}' {problem}" : $"'{Path}': '{field}' {problem}";
}
