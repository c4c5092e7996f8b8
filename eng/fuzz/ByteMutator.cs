namespace AgentChain.Fuzz;

/// <summary>Changes the bytes of a file without regard to its format.</summary>
static class ByteMutator
{
    static readonly byte[][] Pieces =
    [
        [0], [0xFF], [0x7F], [0x80], [0xFF, 0xFF, 0xFF, 0xFF, 0x7F], [0xFF, 0xFF, 0xFF, 0x7F],
        [0, 0, 0xC0, 0x7F], [0xED, 0xA0, 0x80], [0xEF, 0xBB, 0xBF], [9], [10], [13],
    ];

    /// <summary>Makes one change.</summary>
    public static byte[] Change(byte[] bytes, Random random)
    {
        List<byte> changed = [.. bytes];
        int at = random.Next(changed.Count + 1), length = Math.Min(changed.Count - at, 1 << random.Next(12));
        switch (random.Next(8))
        {
            case 0 when at < changed.Count:
                changed[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < changed.Count:
                changed[at] = (byte)random.Next(256);
                break;
            case 2:
                changed.RemoveRange(at, length);
                break;
            case 3:
                changed.InsertRange(random.Next(changed.Count + 1), changed.GetRange(at, length));
                break;
            case 4:
                changed.RemoveRange(at, changed.Count - at);
                break;
            case 5:
                changed.InsertRange(at, Enumerable.Repeat((byte)random.Next(256), 1 << random.Next(16)));
                break;
            default:
                byte[] piece = Pieces[random.Next(Pieces.Length)];
                changed.RemoveRange(at, random.Next(2) == 0 ? Math.Min(piece.Length, changed.Count - at) : 0);
                changed.InsertRange(at, piece);
                break;
        }

        return [.. changed];
    }
}
