using AgentChain.Onnx.Language;

namespace AgentChain.Benchmarks.Prefixes;

/// <summary>
/// Compares the ways to a prompt: the tokens that follow, and the logits of each step, bit for bit, with one cold run over the whole prompt
/// and with a cold cache that read the prompt in the same pieces.
/// </summary>
static class SameTokens
{
    const int Prompts = 60;
    const int Steps = 24;
    const int Chunk = 64;

    delegate KeyValueCache Way(Models models, int[] prompt, int at);

    static readonly (string Name, Func<int, int, int[]> Cuts, Way Prepare)[] Ways =
    [
        ("prefix hit", (_, at) => [at], Hit),
        ("prefix hit of all but one token", (length, _) => [length - 1], (models, prompt, _) => Hit(models, prompt, prompt.Length - 1)),
        ("chunked", (length, _) => [.. Chunks(length)], (models, prompt, _) => ReadIn(models.Here, prompt, [.. Chunks(prompt.Length)])),
        ("interrupted and resumed", (length, _) => [.. Chunks(length)], Resume),
        ("forked", (_, at) => [at], Fork),
        ("rewound", (_, at) => [at], Rewind),
        ("transferred", (_, at) => [at], Transfer),
        ("transferred in pages", (_, at) => [at], (models, prompt, at) => Load(models.There, models.Here, prompt, at)),
    ];

    public static bool Run()
    {
        using LanguageModel here = PrefixCacheCommand.Load(new() { MaxLength = 1024 });
        using LanguageModel there = PrefixCacheCommand.Load(new() { MaxLength = 1024, PrefixCache = here.PrefixCache });
        var models = new Models(here, there);
        Console.WriteLine($"{Prompts} prompts of 100 to 620 tokens, {Steps} tokens each:");
        Console.WriteLine("| way | same tokens | same bits as one run | largest difference | same bits as the same pieces |");
        Console.WriteLine("|---|---:|---:|---:|---:|");
        bool holds = true;
        foreach ((string name, Func<int, int, int[]> cuts, Way prepare) in Ways)
        {
            int tokens = 0, bits = 0, pieces = 0;
            double largest = 0;
            for (int i = 0; i < Prompts; i++)
            {
                int[] prompt = PrefixCacheCommand.Conversation(here, i, 100 + (i * 8));
                int at = 2 + (i * 37 % (prompt.Length - 3));
                here.PrefixCache!.Clear();
                using KeyValueCache cold = here.CreateCache(), cut = ReadIn(here, prompt, cuts(prompt.Length, at)), cache = prepare(models, prompt, at);
                (List<int> Tokens, List<float[]> Logits) whole = Answer(cold, prompt), same = Answer(cut, prompt), given = Answer(cache, prompt);
                tokens += whole.Tokens.SequenceEqual(given.Tokens) ? 1 : 0;
                bits += Equal(whole.Logits, given.Logits) ? 1 : 0;
                pieces += Equal(same.Logits, given.Logits) ? 1 : 0;
                largest = Math.Max(largest, Difference(whole.Logits[0], given.Logits[0]));
            }

            Console.WriteLine(FormattableString.Invariant($"| {name} | {tokens} of {Prompts} | {bits} | {largest:G2} | {pieces} |"));
            holds &= tokens == Prompts && pieces == Prompts;
        }

        Console.WriteLine();
        return holds;
    }

    static KeyValueCache Hit(Models models, int[] prompt, int at) => Load(models.Here, models.Here, prompt, at);

    static KeyValueCache Load(LanguageModel to, LanguageModel from, int[] prompt, int at)
    {
        using KeyValueCache first = ReadIn(from, prompt, [at]);
        using PrefixLease saved = first.Save();
        KeyValueCache cache = to.CreateCache();
        cache.Load(saved);
        return cache;
    }

    static KeyValueCache Resume(Models models, int[] prompt, int at)
    {
        int[] chunks = [.. Chunks(prompt.Length)];
        using KeyValueCache first = ReadIn(models.Here, prompt, chunks[..(chunks.Length / 2)]);
        using PrefixLease saved = first.Save();
        KeyValueCache cache = models.Here.CreateCache();
        cache.Load(saved);
        foreach (int chunk in chunks[(chunks.Length / 2)..])
        {
            cache.Read(prompt.AsSpan(cache.Length, chunk - cache.Length));
        }

        return cache;
    }

    static KeyValueCache Fork(Models models, int[] prompt, int at)
    {
        using KeyValueCache first = ReadIn(models.Here, prompt, [at]);
        using PrefixLease saved = first.Save(), branch = saved.Fork();
        first.Read([5, 6, 7]);
        KeyValueCache cache = models.Here.CreateCache();
        cache.Load(branch);
        return cache;
    }

    static KeyValueCache Rewind(Models models, int[] prompt, int at)
    {
        KeyValueCache cache = ReadIn(models.Here, prompt, [at]);
        cache.Read([.. prompt[..Math.Min(40, prompt.Length)]]);
        cache.Rewind(at);
        return cache;
    }

    static KeyValueCache Transfer(Models models, int[] prompt, int at)
    {
        using KeyValueCache first = ReadIn(models.Here, prompt, [at]);
        KeyValueCache cache = models.There.CreateCache();
        first.CopyTo(cache);
        return cache;
    }

    static KeyValueCache ReadIn(LanguageModel model, int[] prompt, int[] cuts)
    {
        KeyValueCache cache = model.CreateCache();
        foreach (int cut in cuts)
        {
            cache.Read(prompt.AsSpan(cache.Length, cut - cache.Length));
        }

        return cache;
    }

    static IEnumerable<int> Chunks(int length)
    {
        for (int at = Chunk; at < length; at += Chunk)
        {
            yield return at;
        }
    }

    static (List<int> Tokens, List<float[]> Logits) Answer(KeyValueCache cache, int[] prompt)
    {
        (List<int> tokens, List<float[]> logits) = ([], []);
        Span<float> row = cache.Read(prompt.AsSpan(cache.Length));
        for (int i = 0; i < Steps; i++)
        {
            logits.Add(row.ToArray());
            tokens.Add(Array.IndexOf(logits[^1], logits[^1].Max()));
            int[] next = [tokens[^1]];
            row = cache.Read(next);
        }

        return (tokens, logits);
    }

    static bool Equal(List<float[]> first, List<float[]> second) => first.Zip(second).All(p => p.First.AsSpan().SequenceEqual(p.Second));

    static double Difference(float[] first, float[] second) => first.Zip(second).Max(p => Math.Abs((double)p.First - p.Second));

    readonly record struct Models(LanguageModel Here, LanguageModel There);
}
