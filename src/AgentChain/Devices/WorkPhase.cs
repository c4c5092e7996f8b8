namespace AgentChain.Devices;

/// <summary>Specifies the part of a block's work to place on a device.</summary>
/// <remarks>
/// The engine requests <see cref="Whole"/> for every block. A block that places its phases apart leases a device for each with
/// <see cref="InnerWork.AcquireAsync(DeviceRequest, WorkPhase, CancellationToken)"/>.
/// </remarks>
public enum WorkPhase
{
    /// <summary>All of the work.</summary>
    Whole,

    /// <summary>Processing the prompt, which is compute-bound.</summary>
    Prefill,

    /// <summary>Generating tokens one by one, which is memory-bound.</summary>
    Decode,
}
