using System.Text.Json.Nodes;

namespace AgentChain.Onnx.Tests.Tokenization.Reference;

/// <summary>A <c>tokenizer.json</c> of each layout that the documentation lists, as the model's own file has it but for the vocabulary.</summary>
static class TokenizerLayouts
{
    const string Qwen =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    const string Llama3 =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    const string O200k =
        @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    const string ByteLevel = """{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true}""";
    const string ByteLevelOnly = """{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":false}""";
    const string Replace = """{"type":"Replace","pattern":{"String":" "},"content":"▁"}""";

    /// <summary>The names of all layouts.</summary>
    public static IEnumerable<string> Names => Layouts.Keys;

    static Dictionary<string, Func<JsonObject>> Layouts { get; } = new(StringComparer.Ordinal)
    {
        ["GPT-2"] = () => Bytes(null, ByteLevel),
        ["GPT-2 with a space before"] = () => Bytes(null, """{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true}"""),
        ["Whisper"] = () => Bytes(null, ByteLevel),
        ["Qwen"] = () => Bytes("""{"type":"NFC"}""", Sequence(Split(Qwen), ByteLevelOnly)),
        ["Llama 3"] = () => Bytes(null, Sequence(Split(Llama3), ByteLevelOnly), ("ignore_merges", true)),
        ["Phi 4"] = () => Bytes(null, Sequence(Split(Llama3, "Removed", true), ByteLevelOnly)),
        ["Phi 4 mini"] = () => Bytes(null, Sequence(Split(O200k, "Removed", true), ByteLevelOnly)),
        ["SmolLM"] = () => Bytes(null, Sequence("""{"type":"Digits","individual_digits":true}""", ByteLevel)),
        ["Falcon"] = () => Bytes(null, Sequence(
            """{"type":"Punctuation","behavior":"Contiguous"}""", ByteLevel, """{"type":"Digits","individual_digits":false}""", Split("[0-9][0-9][0-9]"))),
        ["DeepSeek"] = () => Bytes(null, Sequence(Split(@"\p{N}{1,3}"), Split("[一-龥\u3040-ゟ゠-ヿ]+"), Split(Qwen), ByteLevelOnly)),
        ["Llama 2"] = () => Pieces(Norms("""{"type":"Prepend","prepend":"▁"}""", Replace), null),
        ["Phi 3"] = () => Pieces(Norms("""{"type":"Prepend","prepend":"▁"}""", Replace), null),
        ["Gemma"] = () => Pieces(Replace, SplitString(" ", "MergedWithPrevious")),
        ["Mistral with Metaspace"] = () => Pieces(null, """{"type":"Metaspace","replacement":"▁","prepend_scheme":"first","split":false}"""),
        ["Metaspace that splits"] = () => Pieces(null, """{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true}"""),
        ["Metaspace in words"] = () => Pieces(null, Sequence("""{"type":"WhitespaceSplit"}""", """{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true}""")),
        ["Unknown tokens fused"] = () => Pieces(Replace, null, ("byte_fallback", false)),
        ["Unknown tokens apart"] = () => Pieces(Replace, null, ("byte_fallback", false), ("fuse_unk", false)),
        ["Some bytes only"] = () => Drop(Pieces(Replace, null), "<0xE0>", "<0xF0>"),
        ["BERT"] = () => Words(true),
        ["BERT cased"] = () => Words(false),
    };

    /// <summary>The file of a layout.</summary>
    public static JsonObject Create(string name) => Layouts[name]();

    /// <summary>A file whose ids are the bytes of what a normalizer makes of a text.</summary>
    public static JsonObject Normalized(string normalizer)
    {
        var vocabulary = new JsonObject();
        foreach (string symbol in Alphabet)
        {
            vocabulary[symbol] = vocabulary.Count;
        }

        return File(normalizer, ByteLevelOnly, BytePair(vocabulary, []), []);
    }

    /// <summary>A byte-level file with another pre-tokenizer in front, which shows in what merges reach over.</summary>
    public static JsonObject PreTokenized(string preTokenizer) => Bytes(null, Sequence(preTokenizer, ByteLevelOnly));

    /// <summary>A Split pre-tokenizer.</summary>
    public static string Split(string regex, string behavior = "Isolated", bool invert = false) => new JsonObject
    {
        ["type"] = "Split", ["pattern"] = new JsonObject { ["Regex"] = regex }, ["behavior"] = behavior, ["invert"] = invert,
    }.ToJsonString();

    /// <summary>A Split pre-tokenizer at a string.</summary>
    public static string SplitString(string text, string behavior, bool invert = false) => new JsonObject
    {
        ["type"] = "Split", ["pattern"] = new JsonObject { ["String"] = text }, ["behavior"] = behavior, ["invert"] = invert,
    }.ToJsonString();

    static IEnumerable<string> Alphabet => Enumerable.Range(0, 256).Select(b => AgentChain.Onnx.Tokenization.ByteAlphabet.ToChar((byte)b).ToString());

    static string Sequence(params string[] parts) => $$"""{"type":"Sequence","pretokenizers":[{{string.Join(',', parts)}}]}""";

    static string Norms(params string[] parts) => $$"""{"type":"Sequence","normalizers":[{{string.Join(',', parts)}}]}""";

    static JsonObject Bytes(string? normalizer, string preTokenizer, params (string Name, bool Value)[] flags)
    {
        (_, IReadOnlyList<(string Left, string Right)> merges) = BytePairTrainer.Train(BytePairTrainer.Bytes, joinsWords: false);
        JsonObject model = BytePair(Vocabulary(Alphabet, merges), merges);
        foreach ((string name, bool value) in flags)
        {
            model[name] = value;
        }

        if (model["ignore_merges"]!.GetValue<bool>())
        {
            // A word that no merges lead to.
            ((JsonObject)model["vocab"]!)["\u0120unmergeable"] = ((JsonObject)model["vocab"]!).Count;
        }

        return File(normalizer, preTokenizer, model, ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]);
    }

    static JsonObject Pieces(string? normalizer, string? preTokenizer, params (string Name, bool Value)[] flags)
    {
        (IReadOnlyList<string> symbols, IReadOnlyList<(string Left, string Right)> merges) = BytePairTrainer.Train(BytePairTrainer.Metaspace, joinsWords: true);
        IEnumerable<string> first = ["<unk>", .. Enumerable.Range(0, 256).Select(b => $"<0x{b:X2}>"), .. symbols.Where(s => !"zQ😀и".Contains(s, StringComparison.Ordinal))];
        merges = [.. merges.Where(m => !(m.Left + m.Right).Any(c => "zQи".Contains(c, StringComparison.Ordinal)))];
        JsonObject model = BytePair(Vocabulary(first, merges), merges);
        (model["unk_token"], model["fuse_unk"], model["byte_fallback"]) = ("<unk>", true, true);
        foreach ((string name, bool value) in flags)
        {
            model[name] = value;
        }

        return File(normalizer, preTokenizer, model, ["<bos>", "<start_of_turn>", "<end_of_turn>"]);
    }

    static JsonObject Drop(JsonObject file, params string[] tokens)
    {
        var vocabulary = (JsonObject)file["model"]!["vocab"]!;
        foreach (string token in tokens)
        {
            // Ids without holes, for the reference numbers added tokens on from there.
            JsonNode id = vocabulary[token]!.DeepClone();
            vocabulary.Remove(token);
            vocabulary["never" + token] = id;
        }

        return file;
    }

    static JsonObject Words(bool lowercase)
    {
        (_, IReadOnlyList<(string Left, string Right)> merges) = BytePairTrainer.Train(text => text.Normalize(), joinsWords: false);
        IEnumerable<string> words = merges.Select(m => m.Left + m.Right).SelectMany(w => w.StartsWith(' ') ? new[] { w[1..], "##" + w[1..] } : [w, "##" + w]).Where(w => w.Trim('#').Length > 0);
        IEnumerable<string> letters = "abcdefghijklmnopqrstuvwxyzTHE.,:;!?$-0123456789éèaß中文世界你好иприветΩαβ".EnumerateRunes().SelectMany(r => new[] { r.ToString(), "##" + r });
        var model = new JsonObject
        {
            ["type"] = "WordPiece", ["unk_token"] = "[UNK]", ["continuing_subword_prefix"] = "##", ["max_input_chars_per_word"] = 100,
            ["vocab"] = Vocabulary(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", .. letters, .. words], []),
        };
        string normalizer = $$"""{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":{{(lowercase ? "true" : "false")}}}""";
        return File(normalizer, """{"type":"BertPreTokenizer"}""", model, ["[CLS]", "[SEP]", "[MASK]"]);
    }

    static JsonObject Vocabulary(IEnumerable<string> symbols, IReadOnlyList<(string Left, string Right)> merges)
    {
        var vocabulary = new JsonObject();
        foreach (string token in symbols.Concat(merges.Select(m => m.Left + m.Right)).Distinct())
        {
            vocabulary[token] = vocabulary.Count;
        }

        return vocabulary;
    }

    static JsonObject BytePair(JsonObject vocabulary, IReadOnlyList<(string Left, string Right)> merges) => new()
    {
        ["type"] = "BPE", ["dropout"] = null, ["unk_token"] = null, ["continuing_subword_prefix"] = null, ["end_of_word_suffix"] = null,
        ["fuse_unk"] = false, ["byte_fallback"] = false, ["ignore_merges"] = false, ["vocab"] = vocabulary,
        ["merges"] = new JsonArray([.. merges.Select(m => new JsonArray(m.Left, m.Right))]),
    };

    static JsonObject File(string? normalizer, string? preTokenizer, JsonObject model, string[] special)
    {
        var file = new JsonObject
        {
            ["version"] = "1.0", ["truncation"] = null, ["padding"] = null, ["added_tokens"] = new JsonArray(),
            ["normalizer"] = normalizer is null ? null : JsonNode.Parse(normalizer),
            ["pre_tokenizer"] = preTokenizer is null ? null : JsonNode.Parse(preTokenizer),
            ["post_processor"] = null, ["decoder"] = null, ["model"] = model,
        };
        Array.ForEach(special, token => Add(file, token));
        return file;
    }

    /// <summary>Adds a token: under its id in the vocabulary, or the next one, as the reference numbers them.</summary>
    public static void Add(JsonObject file, string content, bool special = true, bool normalized = false, bool strips = false, bool word = false)
    {
        var added = (JsonArray)file["added_tokens"]!;
        var vocabulary = (JsonObject)file["model"]!["vocab"]!;
        int next = 1 + vocabulary.Concat(added.Select(a => KeyValuePair.Create("", a!["id"]))).Max(entry => entry.Value!.GetValue<int>());
        added.Add((JsonNode)new JsonObject
        {
            ["id"] = vocabulary[content]?.GetValue<int>() ?? next, ["content"] = content, ["single_word"] = word,
            ["lstrip"] = strips, ["rstrip"] = strips, ["normalized"] = normalized, ["special"] = special,
        });
    }
}
