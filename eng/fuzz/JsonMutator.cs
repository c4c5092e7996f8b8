using System.Globalization;

namespace AgentChain.Fuzz;

/// <summary>Changes the structure and the values of a JSON file.</summary>
static class JsonMutator
{
    static readonly string[] Literals =
    [
        "null", "true", "false", "0", "-0", "1", "-1", "2", "0.5", "-0.5", "255", "65536", "4194303", "4194304", "2147483647", "2147483648", "-2147483648",
        "9223372036854775807", "18446744073709551616", "1e9", "1e38", "1e39", "1e308", "-1e308", "1e999", "-1e999", "1e-300", "[]", "{}", "\"\"",
        "\"\\ud800\"", "\"\\udc00a\"", "\"\\u0000\"", "[null]", "[[]]", "[{}]", "[1]", "[-1]", "[\"\"]", "[2147483647]",
    ];

    static readonly string[] Texts =
    [
        "x", " ", "0", "1", "true", "null", "../model.onnx", "../../../../../../etc/passwd", "/etc/passwd", "/dev/zero", ".", "..", "C:\\model.onnx", "a/../../b",
        "model.onnx/", "%d", "%d%d", "{0}", "(a+)+$", "(a|a)*$", "(.*)*x", "(?:)", "(", "[", "\\", "(?<=a)", "a{1000}", "(a{999}){999}", "((((a*)*)*)*)*b", "\\p{Xx}", "\\k<a>",
        "[UNK]", "##", "▁", "Ġ", "<|im_end|>", "BPE", "WordPiece", "Unigram", "Sequence", "ByteLevel", "Split", "Replace", "NFKD", "Metaspace", "Strip", "always", "first",
        "Removed", "MergedWithNext", "povey", "kaldi-fbank", "🦊", "\uFFFE", "\u0301", "a\u0301", "<0x41>", "<0xZZ>", "a b", "a  b", "a b c",
    ];

    static readonly string[] Patterns =
    [
        "(a+)+$", "(a|aa)+$", "(.*)*x", "((a*)*)*b", "(?:a?){99}b", "(\\w|\\d)+!", "(?=(a+)+$)", "(?i)(s|S)*$", "\\p{L}++", "[^\\w]+", "(?<!a)b|", "a{1,3}+", "^|$", "(?>a*)", "(a)(b)?\\1", "", ".", "\\",
    ];

    /// <summary>Makes one change somewhere in a file.</summary>
    public static void Change(JsonTree root, Random random)
    {
        JsonTree container = Pick(root, random);
        if (container.Fields is { } fields)
        {
            ChangeFields(fields, root, random);
        }
        else if (container.Items is { } items)
        {
            ChangeItems(items, root, random);
        }
    }

    // Stops at every level with the same probability, so that a large vocabulary does not hide the settings around it.
    static JsonTree Pick(JsonTree node, Random random)
    {
        while (random.Next(3) > 0)
        {
            JsonTree[] inner = [.. (node.Fields?.Select(f => f.Value) ?? node.Items ?? []).Where(c => c.Fields is { Count: > 0 } || c.Items is { Count: > 0 })];
            if (inner.Length == 0)
            {
                return node;
            }

            node = inner[random.Next(inner.Length)];
        }

        return node;
    }

    static void ChangeFields(List<(string Name, JsonTree Value)> fields, JsonTree root, Random random)
    {
        if (fields.Count == 0 || random.Next(12) == 0)
        {
            fields.Add((random.Next(2) == 0 ? "\"unknown\"" : JsonTree.Text(Texts[random.Next(Texts.Length)]).Raw, Value(random, root)));
            return;
        }

        int at = random.Next(fields.Count);
        (string name, JsonTree value) = fields[at];
        switch (random.Next(10))
        {
            case 0:
                fields.RemoveAt(at);
                break;
            case 1:
                fields.Insert(random.Next(fields.Count + 1), (name, random.Next(2) == 0 ? value : Value(random, root)));
                break;
            case 2:
                fields[at] = (random.Next(4) == 0 ? Long(random).Raw : fields[random.Next(fields.Count)].Name, value);
                break;
            case 3:
                fields[at] = (random.Next(8) == 0 ? "\"\\ud800\"" : name.Insert(name.Length - 1, "s"), value);
                break;
            case 4:
                fields[at] = (name, fields[random.Next(fields.Count)].Value.Copy());
                break;
            case 5 or 6 when name is "\"Regex\"":
                fields[at] = (name, JsonTree.Text(Patterns[random.Next(Patterns.Length)]));
                break;
            default:
                fields[at] = (name, Changed(value, random, root));
                break;
        }
    }

    static void ChangeItems(List<JsonTree> items, JsonTree root, Random random)
    {
        int at = items.Count == 0 ? 0 : random.Next(items.Count);
        switch (random.Next(items.Count == 0 ? 1 : 6))
        {
            case 0:
                items.Insert(at, Value(random, root));
                break;
            case 1:
                items.RemoveAt(at);
                break;
            case 2:
                items.Insert(at, items[at]);
                break;
            case 3 when items.Count < 100:
                JsonTree copied = items[at];
                items.AddRange(Enumerable.Repeat(copied, random.Next(1, 200)));
                break;
            default:
                items[at] = Changed(items[at], random, root);
                break;
        }
    }

    static JsonTree Changed(JsonTree value, Random random, JsonTree root)
    {
        if (value.IsNumber && random.Next(2) == 0 && double.TryParse(value.Raw, NumberStyles.Float, CultureInfo.InvariantCulture, out double number))
        {
            number = random.Next(7) switch { 0 => number + 1, 1 => number - 1, 2 => -number, 3 => number * 1000, 4 => number * 1e6, 5 => number / 3, _ => number * 2 };
            return JsonTree.Literal(number.ToString("R", CultureInfo.InvariantCulture));
        }

        if (value.IsText && random.Next(3) == 0)
        {
            string inner = value.Raw[1..^1], inserted = JsonTree.Text(Texts[random.Next(Texts.Length)]).Raw[1..^1];
            return JsonTree.Literal("\"" + (random.Next(2) == 0 ? inner + inserted : inserted + inner) + "\"");
        }

        return Value(random, root);
    }

    static JsonTree Value(Random random, JsonTree root) => random.Next(20) switch
    {
        < 9 => JsonTree.Literal(Literals[random.Next(Literals.Length)]),
        < 14 => JsonTree.Text(Texts[random.Next(Texts.Length)]),
        14 => Long(random),
        15 => Deep(random),
        16 => JsonTree.Array(Enumerable.Range(0, random.Next(3000)).Select(i => JsonTree.Literal(i.ToString(CultureInfo.InvariantCulture)))),
        _ => Pick(root, random).Copy(),
    };

    static JsonTree Long(Random random)
    {
        string unit = random.Next(4) switch { 0 => "a", 1 => "ab ", 2 => "(a", _ => "é" };
        int count = random.Next(20) == 0 ? 3_000_000 : (int)Math.Pow(10, random.Next(1, 6));
        return JsonTree.Text(string.Concat(Enumerable.Repeat(unit, count)));
    }

    static JsonTree Deep(Random random)
    {
        JsonTree value = JsonTree.Literal("0");
        for (int depth = random.Next(3, 400); depth > 0; depth--)
        {
            value = JsonTree.Array(value);
        }

        return value;
    }
}
