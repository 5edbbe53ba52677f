/** Grey bars of different lengths while the plans load. */
export function PlanSkeleton() {
  const widths = Array.from({ length: 6 }, () => `${Math.round(50 + Math.random() * 40)}%`);
  return (
    <div aria-hidden="true">
      {widths.map((width, index) => <div key={index} className="skeleton" style={{ width }} />)}
    </div>
  );
}
