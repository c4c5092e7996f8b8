using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace AgentChain.Costs;

/// <summary>
/// Represents the learned costs of blocks on devices. Give one to a chain with <see cref="ChainOptions.Costs"/>: the chain learns from
/// its traffic, and predictions, the split of the budget and reports use it. Save it to start the next process with it. Thread-safe.
/// </summary>
/// <example>
/// <code>
/// CostBook costs = File.Exists("costs.json") ? CostBook.Load("costs.json") : new CostBook();
/// await using Chain&lt;string, string&gt; chain = builder.Build(new ChainOptions { Costs = costs });
/// // ... traffic ...
/// costs.Save("costs.json");
/// </code>
/// </example>
[DebuggerDisplay("{_costs.Count} blocks")]
public sealed class CostBook
{
    readonly ConcurrentDictionary<(string Block, string Device, CostPart Part), LearnedCost> _costs = [];

    /// <summary>Gets the blocks and devices that have a learned or declared cost, in ordinal order. The device is empty for none.</summary>
    public IReadOnlyList<(string Block, string Device, CostPart Part)> Entries =>
        [.. _costs.Where(entry => entry.Value.CanPredict).Select(entry => entry.Key).OrderBy(key => key.Block, StringComparer.Ordinal)
            .ThenBy(key => key.Device, StringComparer.Ordinal).ThenBy(key => key.Part)];

    /// <summary>
    /// Returns the cost of a block on a device, to read it or to teach it. If nothing is known of it, it predicts nothing
    /// (<see cref="LearnedCost.CanPredict"/>) and is not saved.
    /// </summary>
    /// <param name="block">The name of the block, or of a work inside it, such as <c>answer/prefill</c>, of which only <see cref="CostPart.OnLane"/> is learned.</param>
    /// <param name="device">
    /// The name of the device on which it runs, such as <c>cuda:0</c>; empty for a block that was added without <c>On</c>.
    /// <see cref="Entries"/> lists both names.
    /// </param>
    /// <param name="part">Which time of a run.</param>
    /// <returns>The cost.</returns>
    /// <exception cref="ArgumentException"><paramref name="block"/> is not a valid name.</exception>
    /// <exception cref="ArgumentNullException">A parameter is <see langword="null"/>.</exception>
    public LearnedCost Of(string block, string device = "", CostPart part = CostPart.Total)
    {
        OptionCheck.Name(block, nameof(block));
        ArgumentNullException.ThrowIfNull(device);
        return _costs.GetOrAdd((block, device, OptionCheck.Defined(part, nameof(part))), static _ => new LearnedCost());
    }

    /// <summary>Returns the cost of a block on a device if there is one; otherwise, <see langword="null"/>.</summary>
    /// <param name="block">The name of the block.</param>
    /// <param name="device">The name of the device; empty for a block without one.</param>
    /// <param name="part">Which time of a run.</param>
    /// <returns>The cost, or <see langword="null"/>.</returns>
    /// <exception cref="ArgumentNullException">A parameter is <see langword="null"/>.</exception>
    public LearnedCost? Find(string block, string device = "", CostPart part = CostPart.Total)
    {
        ArgumentNullException.ThrowIfNull(block);
        ArgumentNullException.ThrowIfNull(device);
        return _costs.GetValueOrDefault((block, device, part));
    }

    /// <summary>Declares the model of a block on a device. What was learned before remains as its correction.</summary>
    /// <param name="block">The name of the block.</param>
    /// <param name="model">The model.</param>
    /// <param name="device">The name of the device; empty for a block without one.</param>
    /// <param name="part">Which time of a run.</param>
    /// <returns>This object.</returns>
    /// <exception cref="ArgumentException"><paramref name="block"/> is not a valid name.</exception>
    /// <exception cref="ArgumentNullException">A parameter is <see langword="null"/>.</exception>
    public CostBook Declare(string block, CostModel model, string device = "", CostPart part = CostPart.Total)
    {
        ArgumentNullException.ThrowIfNull(model);
        Of(block, device, part).Declare(model);
        return this;
    }

    /// <summary>Saves all costs as JSON. The file appears whole or not at all.</summary>
    /// <param name="path">The path.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string part = path + ".part";
        try
        {
            using (FileStream file = File.Create(part))
            {
                Save(file);
            }

            File.Move(part, path, overwrite: true);
        }
        catch
        {
            File.Delete(part);
            throw;
        }
    }

    /// <summary>Saves all costs as JSON.</summary>
    /// <param name="stream">The stream, which stays open.</param>
    /// <exception cref="ArgumentNullException"><paramref name="stream"/> is <see langword="null"/>.</exception>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var saved = new SavedCosts
        {
            Format = SavedCosts.CurrentFormat,
            Blocks = [.. Entries.Select(key => _costs[key].Save(key.Block, key.Device, key.Part))],
        };
        JsonSerializer.Serialize(stream, saved, SavedCostsJson.Default.SavedCosts);
    }

    /// <summary>Loads costs from JSON.</summary>
    /// <param name="path">The path.</param>
    /// <returns>The costs.</returns>
    /// <exception cref="CostFileException">The file is not one of learned costs, or damaged.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static CostBook Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStream file = File.OpenRead(path);
        return Load(file, $"'{path}'");
    }

    /// <summary>Loads costs from JSON.</summary>
    /// <param name="stream">The stream, which stays open.</param>
    /// <returns>The costs.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="stream"/> is <see langword="null"/>.</exception>
    /// <exception cref="CostFileException">The contents are not learned costs, or damaged.</exception>
    public static CostBook Load(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Load(stream, "a stream");
    }

    static CostBook Load(Stream stream, string source)
    {
        SavedCosts saved;
        try
        {
            saved = JsonSerializer.Deserialize(stream, SavedCostsJson.Default.SavedCosts)
                ?? throw new CostFileException(source, "it contains null.");
        }
        catch (Exception error) when (error is JsonException or NotSupportedException or ArgumentException)
        {
            throw new CostFileException(source, error.Message, error);
        }

        if (saved.Format != SavedCosts.CurrentFormat)
        {
            throw new CostFileException(source, $"format is {saved.Format}; this version reads {SavedCosts.CurrentFormat}.");
        }

        var book = new CostBook();
        for (int i = 0; i < saved.Blocks?.Length; i++)
        {
            string? mistake = saved.Blocks[i] is not { } cost ? "must not be null."
                : cost.FindMistake() ?? (book._costs.TryAdd((cost.Block, cost.Device, cost.Part), new LearnedCost(cost)) ? null : "is there twice.");
            if (mistake is not null)
            {
                throw new CostFileException(source, $"blocks[{i}] {mistake}");
            }
        }

        return saved.Blocks is null ? throw new CostFileException(source, "blocks must not be null.") : book;
    }
}
