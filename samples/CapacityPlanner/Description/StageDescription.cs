namespace CapacityPlanner.Description;

/// <summary>One block of the chain.</summary>
sealed record StageDescription
{
    public required string Name { get; init; }

    /// <summary>The device that does the work; unlimited capacity if left out.</summary>
    public string? Device { get; set; }

    /// <summary>The device that reads the prompts of a stage on a device with batching; that device itself if left out.</summary>
    public string? PromptDevice { get; set; }

    /// <summary>The time of the stage; required, except on a device with batching, whose steps tell it.</summary>
    public LatencyDescription? Latency { get; set; }

    /// <summary>The time from each item to the next, of a last stage that streams its answer; no stream if left out.</summary>
    public LatencyDescription? Each { get; set; }

    /// <summary>The number of tokens of the answer in one item of the stream.</summary>
    public int TokensPerItem { get; set; } = 16;
}
