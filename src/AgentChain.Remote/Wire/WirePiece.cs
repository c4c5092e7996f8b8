using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentChain.Remote;

/// <summary>
/// A piece of an answer. A server that cuts its text by UTF-16 units writes one half of a pair of surrogates at the end of a piece, and the
/// other at the start of the next: both are read as they are, though each alone is no text.
/// </summary>
sealed class WirePiece : JsonConverter<string?>
{
    static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Text(ref reader);

    public override void Write(Utf8JsonWriter writer, string? value, JsonSerializerOptions options) => writer.WriteStringValue(value);

    /// <summary>Reads a string, with halves of pairs.</summary>
    /// <exception cref="JsonException">It is not UTF-8.</exception>
    public static string? Text(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String || !reader.ValueIsEscaped)
        {
            return reader.GetString();
        }

        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return Unescape(reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan);
        }
    }

    /// <summary>The reader has checked the escapes.</summary>
    static string Unescape(ReadOnlySpan<byte> json)
    {
        var text = new StringBuilder(json.Length);
        while (json.IndexOf((byte)'\\') is >= 0 and var at)
        {
            text.Append(Decode(json[..at]));
            if (json[at + 1] == 'u')
            {
                text.Append((char)ushort.Parse(json.Slice(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                json = json[(at + 6)..];
                continue;
            }

            text.Append(json[at + 1] switch
            {
                (byte)'n' => '\n',
                (byte)'r' => '\r',
                (byte)'t' => '\t',
                (byte)'b' => '\b',
                (byte)'f' => '\f',
                var other => (char)other,
            });
            json = json[(at + 2)..];
        }

        return text.Append(Decode(json)).ToString();
    }

    static string Decode(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return Strict.GetString(utf8);
        }
        catch (DecoderFallbackException error)
        {
            throw new JsonException("The text is not UTF-8.", error);
        }
    }
}
