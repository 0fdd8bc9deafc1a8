namespace Throng.Report; internal static class Placeholder;
