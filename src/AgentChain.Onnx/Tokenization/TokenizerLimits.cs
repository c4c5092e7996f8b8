namespace AgentChain.Onnx.Tokenization;

/// <summary>
/// The largest values that a <c>tokenizer.json</c> can have. Each is several times that of the largest tokenizers in use.
/// </summary>
static class TokenizerLimits
{
    /// <summary>The largest ID. Tables have an entry for each ID up to the largest one.</summary>
    public const int Id = (1 << 22) - 1;

    /// <summary>The largest number of entries, merges and added tokens.</summary>
    public const int Entries = 1 << 22;

    /// <summary>The largest number of characters of a token.</summary>
    public const int Token = 4096;

    /// <summary>The largest number of characters of an added token, and of all of them together.</summary>
    public const int AddedToken = 512, AddedCharacters = 1 << 22;

    /// <summary>The largest number of characters of a pattern.</summary>
    public const int Pattern = 8192;

    /// <summary>The largest number of characters that a normalizer prepends or writes for each match.</summary>
    public const int Content = 1024;

    /// <summary>The largest number of parts in a sequence.</summary>
    public const int Parts = 64;

    /// <summary>The largest number of tokens before or after a text.</summary>
    public const int Template = 64;

    /// <summary>The largest number of code points of a word that WordPiece divides; the time per character grows with it.</summary>
    public const int Word = 1000;
}
