namespace AgentChain.Engine.Turns;

/// <summary>What is known of the warm-up of a block on a device. Guarded by the lock of <see cref="WarmUps"/>.</summary>
sealed class WarmRecord
{
    /// <summary>The number of shapes that are kept. Only a bound on memory.</summary>
    const int MaxShapes = 256;

    readonly List<(string Shape, string Device, bool HasRun)> _shapes = [];

    /// <summary>Whether the last warm-up succeeded; null if none has ended, or the device was lost since.</summary>
    public bool? Succeeded { get; set; }

    /// <summary>Whether it was warm on a device of its own that was lost since, or ran shapes on another one that was lost and is back.</summary>
    public bool IsColdAgain { get; set; }

    public IReadOnlyList<(string Shape, string Device, bool HasRun)> Shapes => _shapes;

    /// <summary>Records that a shape is to run, or has run, on a device.</summary>
    public void Set(string shape, string device, bool hasRun)
    {
        int at = _shapes.FindIndex(known => known.Shape == shape && IsSame(known.Device, device));
        if (at >= 0)
        {
            _shapes[at] = (shape, device, hasRun || _shapes[at].HasRun);
        }
        else if (_shapes.Count < MaxShapes)
        {
            _shapes.Add((shape, device, hasRun));
        }
    }

    /// <summary>Makes cold what has run on a device.</summary>
    /// <param name="device">The device, which is lost.</param>
    /// <param name="isOwn">Whether it is the device of the block, and not one that the block leases for itself.</param>
    public void Forget(string device, bool isOwn)
    {
        IsColdAgain |= isOwn && Succeeded is not null;
        Succeeded = isOwn ? null : Succeeded;
        for (int i = 0; i < _shapes.Count; i++)
        {
            if (IsSame(_shapes[i].Device, device))
            {
                _shapes[i] = _shapes[i] with { HasRun = false };
            }
        }
    }

    /// <summary>Has the block warmed up again if shapes have not run on a device that is back.</summary>
    /// <param name="device">The device.</param>
    public void Back(string device) => IsColdAgain |= _shapes.Exists(known => !known.HasRun && IsSame(known.Device, device));

    static bool IsSame(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
