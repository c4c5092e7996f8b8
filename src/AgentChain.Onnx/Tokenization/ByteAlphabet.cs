using System.Collections.Immutable;
using System.Text;

namespace AgentChain.Onnx.Tokenization;

/// <summary>
/// Maps bytes to the 256 printable characters of a byte-level vocabulary (Radford et al., GPT-2, 2019): a byte that is a printable Latin-1
/// character maps to itself, the others map to U+0100 and up.
/// </summary>
static class ByteAlphabet
{
    static readonly ImmutableArray<char> Characters = Build();

    /// <summary>Returns the character for a byte.</summary>
    public static char ToChar(byte value) => Characters[value];

    /// <summary>Returns a text with each of its UTF-8 bytes written as a character.</summary>
    public static string Spell(ReadOnlySpan<char> text)
    {
        byte[] utf8 = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, utf8);
        return string.Create(utf8.Length, utf8, static (spelled, bytes) =>
        {
            for (int i = 0; i < spelled.Length; i++)
            {
                spelled[i] = Characters[bytes[i]];
            }
        });
    }

    /// <summary>
    /// Returns the bytes of a vocabulary entry, or <see langword="null"/> if it contains a character outside the alphabet.
    /// </summary>
    public static byte[]? ToBytes(string token)
    {
        byte[] bytes = new byte[token.Length];
        for (int i = 0; i < token.Length; i++)
        {
            int value = Characters.IndexOf(token[i]);
            if (value < 0)
            {
                return null;
            }

            bytes[i] = (byte)value;
        }

        return bytes;
    }

    static ImmutableArray<char> Build()
    {
        var characters = ImmutableArray.CreateBuilder<char>(256);
        int shifted = 0;
        for (int b = 0; b < 256; b++)
        {
            bool printable = b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            characters.Add((char)(printable ? b : 256 + shifted++));
        }

        return characters.MoveToImmutable();
    }
}
